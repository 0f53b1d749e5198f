import assert from 'node:assert/strict';
import {afterEach, test} from 'node:test';

import {RequestError, cookie, pluginPath, request, serverPath} from '../src/client';
import {id} from '../src/manifest';

/** A page with these cookies and a server that gives this answer; gives what it was asked. */
function page(cookies: string, status: number, body: string) {
    const asked: Array<{path: string; init: RequestInit}> = [];
    Object.assign(globalThis, {
        window: {},
        document: {cookie: cookies},
        fetch: async (path: string, init: RequestInit) => {
            asked.push({path, init});
            return new Response(body, {status});
        },
    });
    return asked;
}

const {fetch: realFetch} = globalThis;
afterEach(() => {
    Object.assign(globalThis, {window: undefined, document: undefined, fetch: realFetch});
});

test('a request repeats the CSRF cookie in a header', async () => {
    const asked = page('MMUSERID=u1; MMCSRF=token=1; other=x', 200, '{"a": 1}');
    assert.deepEqual(await request('/x', {body: {b: 2}}), {a: 1});
    const {init} = asked[0]!;
    assert.equal(init.method, 'POST');
    assert.equal(init.body, '{"b":2}');
    assert.equal(init.credentials, 'same-origin');
    const headers = init.headers as Record<string, string>;
    assert.equal(headers['X-CSRF-Token'], 'token=1');
    assert.equal(headers['X-Requested-With'], 'XMLHttpRequest');
});

test('cookies are found by their whole name', () => {
    assert.equal(cookie('MMCSRF', 'XMMCSRF=no; MMCSRF=yes'), 'yes');
    assert.equal(cookie('MMCSRF', ''), '');
});

test('paths begin below the place where Mattermost lies', () => {
    page('', 200, '');
    assert.equal(pluginPath('/api'), `/plugins/${id}/api`);
    window.basename = '/chat';
    assert.equal(serverPath('/api/v4/users/me'), '/chat/api/v4/users/me');
});

test('an answer that is no success is an error with the server\'s words', async () => {
    for (const [body, message] of [
        ['{"id": "x", "message": "Not for you."}', 'Not for you.'],
        ['log in first\n', 'log in first'],
        ['<html>a whole page</html>', '403 '],
    ] as const) {
        page('', 403, body);
        await assert.rejects(request('/x'), (error: RequestError) => {
            assert.deepEqual([error.status, error.message], [403, message]);
            return true;
        });
    }
});

test('an empty answer is nothing', async () => {
    page('', 200, '');
    assert.equal(await request('/x'), undefined);
});
