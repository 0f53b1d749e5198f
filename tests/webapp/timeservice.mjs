// A time service on this machine: it knows one zone.

import {createServer} from 'node:http';

export async function startTimeService() {
    const server = createServer((request, response) => {
        const known = request.url === '/api/timezone/Europe/Berlin';
        const answer = known ? {datetime: '2026-01-01T01:00:00+01:00'} : {error: 'unknown location'};
        response.writeHead(known ? 200 : 404, {Connection: 'close'}).end(JSON.stringify(answer));
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {url: `http://127.0.0.1:${server.address().port}/api/timezone`, stop: () => server.close(() => {})};
}
