// The server behind the page: its files, the web part out of a bundle, and a login whose cookies a browser sends by itself.
// Requests for the plugin go on to the Go host, as a strict server would hand them over.

import {readFileSync} from 'node:fs';
import {createServer, request as httpRequest} from 'node:http';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const CSRF_TOKEN = 'csrf-token-of-the-stage';

/**
 * Starts it. `product` is the file that browsers load, `react` 17 or 18, `host` where the Go host listens: its `url` and
 * its `session_token`; without it there is no plugin on the server.
 */
export async function startStage({id, product, react, host}) {
    const library = (name) => join(HERE, 'node_modules', `${name}-${react}`, 'umd', `${name}.production.min.js`);
    const files = {
        '/': [join(HERE, 'page.html'), 'text/html'],
        '/page.js': [join(HERE, 'page.js'), 'text/javascript'],
        '/react.js': [library('react'), 'text/javascript'],
        '/react-dom.js': [library('react-dom'), 'text/javascript'],
        [`/static/plugins/${id}/main.js`]: [product, 'text/javascript'],
    };
    const cookies = [
        `MMAUTHTOKEN=${host?.session_token ?? 'session-of-the-stage'}; Path=/; HttpOnly`,
        `MMCSRF=${CSRF_TOKEN}; Path=/`,
    ];
    const server = createServer((request, response) => {
        const {pathname} = new URL(request.url, 'http://stage');
        const answer = (status, type, body, headers = {}) => {
            response.writeHead(status, {'Content-Type': `${type}; charset=utf-8`, ...headers}).end(body);
        };
        if (files[pathname]) {
            const [file, type] = files[pathname];
            answer(200, type, readFileSync(file), pathname === '/' ? {'Set-Cookie': cookies} : {});
        } else if (pathname === '/api/v4/users/me') {
            const me = {id: 'user00000000000000000000aa', username: 'bench-user'};
            answer(200, 'application/json', JSON.stringify(me));
        } else if (host && pathname.startsWith(`/plugins/${id}/`)) {
            passOn(request, response, host);
        } else if (pathname === '/favicon.ico') {
            answer(204, 'image/x-icon', '');
        } else {
            answer(404, 'application/json', JSON.stringify({message: 'Sorry, we could not find the page.'}));
        }
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {url: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close(() => {})};
}

/** A cookie alone is no session for a request that may change something: strict servers want the token repeated. */
function passOn(request, response, host) {
    const headers = {...request.headers};
    if (request.method !== 'GET' && headers['x-csrf-token'] !== CSRF_TOKEN) {
        delete headers.cookie;
    }
    const onward = httpRequest(new URL(request.url, host.url), {method: request.method, headers}, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
    });
    onward.on('error', (error) => response.writeHead(502).end(error.message));
    request.pipe(onward);
}
