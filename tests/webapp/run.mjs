// Loads a plugin's web part in Chromium, clicks its buttons and looks at what they do:
//   node run.mjs CHROMIUM PLAY ID FOLDER PICTURE [GOHOST BUNDLE]
// PLAY is one of plays.mjs; FOLDER is the plugin's after `cargo mmplugin bundle`; with the Go host the server part of BUNDLE
// answers.

import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';

import {Browser} from './browser.mjs';
import {GoHost} from './gohost.mjs';
import {plays} from './plays.mjs';
import {startStage} from './stage.mjs';
import {startTimeService} from './timeservice.mjs';

const [chromium, name, plugin, folder, picture, gohost, bundle] = process.argv.slice(2);
const play = plays[name];
const product = join(folder, 'webapp/dist/main.js');

/** The web part on a page with one version of React. */
async function perform(react, host) {
    const stage = await startStage({id: plugin, product, react, host});
    const browser = await Browser.start(chromium);
    try {
        await browser.send('Page.navigate', {url: stage.url});
        await browser.until('document.readyState === "complete" && !!window.stage');
        await load(browser);
        await play(browser, plugin, !!host);
        const file = picture.replace(/\.png$/, `-react-${react}.png`);
        mkdirSync(dirname(file), {recursive: true});
        writeFileSync(file, await browser.screenshot());
        console.log(`${plugin}: loaded, clicked and answered with React ${react}; picture: ${relative('../..', file)}`);
        await closeAndUnload(browser);
        // What a play asks for in vain is an error in the console, too.
        assert.deepEqual(browser.complaints.filter((text) => !/status of 40[14] /.test(text)), []);
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
    assert.deepEqual(await browser.evaluate('stage.registered'), play.registers);
    assert.equal(await browser.evaluate('document.getElementById("rhs").textContent'), '');
    await browser.until('document.querySelectorAll("#buttons button svg").length === 1');
}

async function closeAndUnload(browser) {
    if (play.isPanel) {
        await browser.click('#buttons button');
        await browser.until('document.getElementById("rhs").textContent === ""');
    }
    await browser.evaluate(`stage.plugins['${plugin}'].uninitialize?.()`);
}

const timeService = play.config && await startTimeService();
const host = gohost ? await GoHost.start(gohost, bundle, play.config?.(timeService.url)) : undefined;
try {
    // What servers 9.3 and 11 have.
    for (const react of [17, 18]) {
        await perform(react, host);
    }
} finally {
    await host?.stop();
    timeService?.stop();
}
