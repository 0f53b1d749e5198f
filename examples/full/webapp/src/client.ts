// Requests to the server part, as the person who is logged in.

import {id} from './manifest';

/** What the server part says about a zone: the time, or why it does not know. src/api.rs has the other side. */
export async function timeIn(zone: string): Promise<string> {
    try {
        const response = await fetch(`${window.basename ?? ''}/plugins/${id}/api/v1/time`, {
            method: 'POST',
            headers: {
                'Content-Type': 'application/json',
                // Without these two the server takes the person's identity off the request.
                'X-Requested-With': 'XMLHttpRequest',
                'X-CSRF-Token': cookie('MMCSRF'),
            },
            body: JSON.stringify({zone}),
        });
        return (await response.json()).message;
    } catch (error) {
        return `That did not work: ${error}`;
    }
}

/** The value of a cookie; empty when there is none. */
function cookie(name: string): string {
    const pair = document.cookie.split('; ').find((part) => part.startsWith(`${name}=`));
    return pair?.slice(name.length + 1) ?? '';
}
