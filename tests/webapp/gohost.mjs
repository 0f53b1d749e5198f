// The Go host as a child: one JSON request a line, one JSON answer a line, in order.

import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';

export class GoHost {
    #waiting = [];

    /** Starts the plugin of a bundle with these settings, and a server in front of it. */
    static async start(program, bundle, config = {}) {
        const host = new GoHost();
        host.child = spawn(program, [], {stdio: ['pipe', 'pipe', 'inherit']});
        createInterface({input: host.child.stdout}).on('line', (line) => host.#waiting.shift()?.(JSON.parse(line)));
        host.child.on('exit', () => host.#waiting.forEach((done) => done({ok: false, error: 'the host is gone'})));
        await host.ask({op: 'start', bundle, config});
        const {plugin_error: error} = await host.ask({op: 'activate'});
        if (error) {
            throw new Error(`OnActivate: ${error}`);
        }
        Object.assign(host, await host.ask({op: 'serve'}));
        return host;
    }

    async ask(request) {
        const answer = new Promise((resolve) => this.#waiting.push(resolve));
        this.child.stdin.write(`${JSON.stringify(request)}\n`);
        const {ok, error, ...rest} = await answer;
        if (!ok) {
            throw new Error(`${request.op}: ${error}`);
        }
        return rest;
    }

    async stop() {
        const {stopped} = await this.ask({op: 'kill'});
        this.child.stdin.end();
        if (!stopped.graceful) {
            throw new Error(`the plugin did not stop by itself: ${JSON.stringify(stopped)}`);
        }
    }
}
