// Chromium without a window, driven over its own protocol through a pipe: no library, nothing downloaded.

import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** How long one answer of the browser, or a condition in the page, may take. */
const PATIENCE_MS = 30_000;

export class Browser {
    /** Complaints of the page: exceptions and errors in its console. */
    complaints = [];
    /** The page's own boxes so far: kind and text. Each is closed as soon as it opens, since the page waits for that. */
    dialogs = [];
    #waiting = new Map();
    #next = 1;
    #rest = '';

    static async start(program) {
        const browser = new Browser();
        browser.profile = mkdtempSync(join(tmpdir(), 'webapp-stage-'));
        const flags = [
            '--headless=new', '--remote-debugging-pipe', `--user-data-dir=${browser.profile}`, '--no-first-run',
            '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-extensions',
            '--hide-scrollbars', '--window-size=960,540', '--no-proxy-server',
            // The sandbox does not start for root, which CI in containers often is.
            ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ];
        browser.child = spawn(program, [...flags, 'about:blank'], {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe']});
        browser.child.on('error', (error) => browser.#fail(error));
        browser.child.on('exit', (code) => browser.#fail(new Error(`the browser ended with ${code}`)));
        browser.child.stdio[3].on('error', () => {});
        browser.child.stdio[4].on('data', (data) => browser.#read(data.toString()));
        const {targetId} = await browser.send('Target.createTarget', {url: 'about:blank'});
        const {sessionId} = await browser.send('Target.attachToTarget', {targetId, flatten: true});
        browser.session = sessionId;
        await browser.send('Page.enable');
        await browser.send('Runtime.enable');
        await browser.send('Log.enable');
        return browser;
    }

    send(method, params = {}) {
        const id = this.#next++;
        const message = JSON.stringify({id, method, params, sessionId: this.session});
        return new Promise((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error(`${method}: no answer`)), PATIENCE_MS);
            this.#waiting.set(id, {resolve, reject, timer});
            this.child.stdio[3].write(`${message}\0`);
        });
    }

    /** The value of an expression in the page. */
    async evaluate(expression) {
        const params = {expression, awaitPromise: true, returnByValue: true};
        const {result, exceptionDetails} = await this.send('Runtime.evaluate', params);
        if (exceptionDetails) {
            throw new Error(`${expression}: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
        }
        return result.value;
    }

    /** Waits until an expression is true in the page. */
    async until(expression) {
        const deadline = Date.now() + PATIENCE_MS;
        while (!(await this.evaluate(expression))) {
            if (Date.now() > deadline) {
                throw new Error(`never became true: ${expression}\n${this.complaints.join('\n')}`);
            }
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    }

    /** A click of the mouse on the middle of what a selector finds. */
    async click(selector) {
        const quoted = JSON.stringify(selector);
        await this.until(`!!document.querySelector(${quoted})`);
        const {x, y} = await this.evaluate(`(() => {
            const {left, top, width, height} = document.querySelector(${quoted}).getBoundingClientRect();
            return {x: left + width / 2, y: top + height / 2};
        })()`);
        for (const type of ['mousePressed', 'mouseReleased']) {
            await this.send('Input.dispatchMouseEvent', {type, x, y, button: 'left', clickCount: 1});
        }
    }

    /** Types a text where a selector finds an input, in place of what is there. */
    async type(selector, text) {
        await this.click(selector);
        await this.evaluate(`document.querySelector(${JSON.stringify(selector)}).select()`);
        await this.send('Input.insertText', {text});
    }

    /** A picture of the page as PNG. */
    async screenshot() {
        const {data} = await this.send('Page.captureScreenshot', {format: 'png'});
        return Buffer.from(data, 'base64');
    }

    /** Ends the browser in order: killed, it leaves processes that go on writing into its folder. */
    async stop() {
        this.child.removeAllListeners('exit');
        const ended = new Promise((resolve) => this.child.once('exit', resolve));
        const timer = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE_MS);
        this.session = undefined;
        this.send('Browser.close').catch(() => {});
        await ended;
        clearTimeout(timer);
        this.#fail(new Error('the browser has ended'));
        await this.#tidy();
    }

    /** Takes its folder away. A last file may still come: node's own retries would not look for it. */
    async #tidy() {
        const deadline = Date.now() + PATIENCE_MS;
        for (;;) {
            try {
                return rmSync(this.profile, {recursive: true, force: true});
            } catch (error) {
                if (error.code !== 'ENOTEMPTY' || Date.now() > deadline) {
                    throw error;
                }
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    }

    #fail(error) {
        for (const {reject, timer} of this.#waiting.values()) {
            clearTimeout(timer);
            reject(error);
        }
        this.#waiting.clear();
    }

    #read(text) {
        const messages = (this.#rest + text).split('\0');
        this.#rest = messages.pop();
        messages.forEach((message) => this.#take(JSON.parse(message)));
    }

    #take({id, result, error, method, params}) {
        if (method === 'Runtime.exceptionThrown') {
            this.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
        } else if (method === 'Log.entryAdded' && params.entry.level === 'error') {
            this.complaints.push(`${params.entry.text} ${params.entry.url ?? ''}`);
        } else if (method === 'Runtime.consoleAPICalled' && params.type === 'error') {
            this.complaints.push(params.args.map((arg) => arg.value ?? arg.description).join(' '));
        } else if (method === 'Page.javascriptDialogOpening') {
            this.dialogs.push({type: params.type, message: params.message});
            this.send('Page.handleJavaScriptDialog', {accept: true}).catch(() => {});
        }
        const waiting = this.#waiting.get(id);
        if (waiting) {
            this.#waiting.delete(id);
            clearTimeout(waiting.timer);
            error ? waiting.reject(new Error(error.message)) : waiting.resolve(result);
        }
    }
}
