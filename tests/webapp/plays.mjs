// What is done with each web part once it is loaded, and what must be seen then. A play gets the browser, the plugin's id and
// whether its server part runs; its `registers` says in order what the web part gives the registry.

import assert from 'node:assert/strict';

const STATUS = '#rhs [role=status]';

/** Web parts of the templates: the button in the header opens the panel; the panel's button asks, and the answer is shown. */
async function panel(browser, id, hasServer) {
    await browser.click('#buttons button');
    await browser.until('!!document.querySelector("#rhs h2")');
    await browser.click('#rhs button');
    assert.equal(await said(browser), 'Hello, bench-user!');
    if (hasServer) {
        await fromNobody(browser, `/plugins/${id}/api/v1/hello`, {word: 'Hello'});
    }
}
panel.registers = ['registerRightHandSidebarComponent', 'registerChannelHeaderButtonAction'];
panel.isPanel = true;

/** examples/webapp-header-button: the button shows an alert, each time. */
async function alert(browser) {
    assert.equal(await browser.evaluate('document.querySelector("#buttons button").title'), 'Shows an alert');
    const expected = {type: 'alert', message: 'Hello World!'};
    await browser.click('#buttons button');
    assert.deepEqual(browser.dialogs, [expected]);
    await browser.click('#buttons button');
    assert.deepEqual(browser.dialogs, [expected, expected]);
    await browser.evaluate(`stage.draw(${JSON.stringify(browser.dialogs[0].message)})`);
}
alert.registers = ['registerChannelHeaderButtonAction'];

/** examples/full: the panel asks the server part, which knows who asks, for the time of a zone; and says what went wrong. */
async function clock(browser, id) {
    await browser.click('#buttons button');
    const ask = async (zone) => {
        await browser.type('#rhs input', zone);
        const before = await browser.evaluate(`document.querySelector('${STATUS}').textContent`);
        await browser.click('#rhs button');
        return said(browser, before);
    };
    assert.match(await ask('Asia/Nowhere'), /^There is no time zone `Asia\/Nowhere`\./);
    assert.equal(await ask('Europe/Berlin'), 'Hello bench-user! It is 2026-01-01T01:00:00+01:00 in Europe/Berlin.');
    await fromNobody(browser, `/plugins/${id}/api/v1/time`, {zone: 'Europe/Berlin'});
}
clock.registers = panel.registers;
clock.isPanel = true;
/** Settings of the server part. */
clock.config = (timeService) => ({timeserviceurl: timeService});

export const plays = {panel, alert, clock};

/** What the panel says, once it says something else than before. */
async function said(browser, before = '') {
    const text = `document.querySelector('${STATUS}').textContent`;
    await browser.until(`${text} !== ${JSON.stringify(before)}`);
    return browser.evaluate(text);
}

/** The stage is as strict as it says: the same request without the header comes from nobody. */
async function fromNobody(browser, path, body) {
    const options = JSON.stringify({method: 'POST', body: JSON.stringify(body)});
    assert.equal(await browser.evaluate(`fetch('${path}', ${options}).then((answer) => answer.status)`), 401);
}
