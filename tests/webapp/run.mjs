// Loads a plugin's web part in Chromium, clicks its buttons and looks at what they do:
//   node run.mjs CHROMIUM ID FOLDER PICTURE [GOHOST BUNDLE]
// FOLDER is the plugin's after `cargo mmplugin bundle`; with the Go host the server part of BUNDLE answers.

import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {Browser} from './browser.mjs';
import {GoHost} from './gohost.mjs';
import {startStage} from './stage.mjs';

const [chromium, plugin, folder, picture, gohost, bundle] = process.argv.slice(2);
const product = join(folder, 'webapp/dist/main.js');

/** The web part on a page with one version of React. */
async function play(react, host) {
    const stage = await startStage({id: plugin, product, react, host});
    const browser = await Browser.start(chromium);
    try {
        await browser.send('Page.navigate', {url: stage.url});
        await browser.until('document.readyState === "complete" && !!window.stage');
        await load(browser);
        await press(browser);
        if (host) {
            await asksWithoutTheHeader(browser);
        }
        mkdirSync(dirname(picture), {recursive: true});
        writeFileSync(picture.replace(/\.png$/, `-react-${react}.png`), await browser.screenshot());
        await closeAndUnload(browser);
        assert.deepEqual(browser.complaints.filter((text) => !text.includes('401')), []);
    } finally {
        await browser.stop();
        stage.stop();
    }
}

/** As the web app does it: a script element of the server's path. */
async function load(browser) {
    await browser.evaluate(`document.head.append(Object.assign(document.createElement('script'), {
        src: '/static/plugins/${plugin}/main.js',
    }))`);
    await browser.until(`!!stage.plugins[${JSON.stringify(plugin)}]`);
    assert.deepEqual(Object.keys(await browser.evaluate('({...stage.plugins})')), [plugin]);
    const registered = await browser.evaluate('stage.registered');
    assert.deepEqual(registered, ['registerRightHandSidebarComponent', 'registerChannelHeaderButtonAction']);
    assert.equal(await browser.evaluate('document.getElementById("rhs").textContent'), '');
}

/** The button in the header opens the panel; the panel's button asks, and the answer is shown. */
async function press(browser) {
    await browser.click('#buttons button');
    await browser.until('!!document.querySelector("#rhs h2")');
    await browser.click('#rhs button');
    await browser.until('document.querySelector("#rhs [role=status]").textContent !== ""');
    assert.equal(await browser.evaluate('document.querySelector("#rhs [role=status]").textContent'), 'Hello, bench-user!');
}

/** The stage is as strict as it says: the same request without the header comes from nobody. */
async function asksWithoutTheHeader(browser) {
    const status = await browser.evaluate(`fetch('/plugins/${plugin}/api/v1/hello', {
        method: 'POST', body: '{"word": "Hello"}',
    }).then((answer) => answer.status)`);
    assert.equal(status, 401);
}

async function closeAndUnload(browser) {
    await browser.click('#buttons button');
    await browser.until('document.getElementById("rhs").textContent === ""');
    await browser.evaluate(`stage.plugins['${plugin}'].uninitialize()`);
}

const host = gohost ? await GoHost.start(gohost, bundle) : undefined;
try {
    // What servers 9.3 and 11 have.
    for (const react of [17, 18]) {
        await play(react, host);
        console.log(`${plugin}: loaded, clicked and answered with React ${react}`);
    }
} finally {
    await host?.stop();
}
