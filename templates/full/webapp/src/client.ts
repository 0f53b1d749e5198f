// Requests to the server, as the person who is logged in.

import {id} from './manifest';

/** The server's cookie with the token that requests which change something have to repeat in a header. */
const CSRF_COOKIE = 'MMCSRF';

/** An answer with another status than 2xx. */
export class RequestError extends Error {
    constructor(readonly status: number, message: string) {
        super(message);
        this.name = 'RequestError';
    }
}

export interface RequestOptions {
    /** GET, or POST when there is a body. */
    method?: string;
    /** Sent as JSON. */
    body?: unknown;
    signal?: AbortSignal;
}

/** A path of the server, also where Mattermost is not at the root of its host. */
export function serverPath(path: string): string {
    return (window.basename ?? '') + path;
}

/** A path of this plugin's own HTTP handler. */
export function pluginPath(path: string): string {
    return serverPath(`/plugins/${id}${path}`);
}

/** The value of a cookie; empty when there is none. */
export function cookie(name: string, cookies: string): string {
    const pair = cookies.split(';').map((part) => part.trim()).find((part) => part.startsWith(`${name}=`));
    return pair ? pair.slice(name.length + 1) : '';
}

/**
 * Sends a request and reads the JSON of the answer.
 *
 * Without the CSRF header the server passes a request other than GET on, too, but takes the person's identity off it.
 */
export async function request<T>(path: string, {method, body, signal}: RequestOptions = {}): Promise<T> {
    const headers: Record<string, string> = {
        Accept: 'application/json',
        'X-Requested-With': 'XMLHttpRequest',
        'X-CSRF-Token': cookie(CSRF_COOKIE, document.cookie),
    };
    if (body !== undefined) {
        headers['Content-Type'] = 'application/json';
    }
    const response = await fetch(path, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: 'same-origin',
        signal,
    });
    const text = await response.text();
    if (!response.ok) {
        throw new RequestError(response.status, reason(text) || `${response.status} ${response.statusText}`);
    }
    return (text ? JSON.parse(text) : undefined) as T;
}

/** What the server's own errors and short plain answers say; not a whole page of HTML. */
function reason(text: string): string {
    try {
        const {message} = JSON.parse(text);
        return typeof message === 'string' ? message : '';
    } catch {
        return text.length < 200 && !text.includes('<') ? text.trim() : '';
    }
}
