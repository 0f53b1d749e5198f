// The panel on the right: a button that asks the plugin's server part, and its answer.

import React, {useState} from 'react';

import {pluginPath, request} from './client';

/** What `POST /api/v1/hello` answers; src/api.rs has the other side. */
interface Answer {
    message: string;
}

export default function Panel() {
    const [text, setText] = useState('');
    const [busy, setBusy] = useState(false);

    async function ask() {
        setBusy(true);
        try {
            const answer = await request<Answer>(pluginPath('/api/v1/hello'), {body: {word: 'Hello'}});
            setText(answer.message);
        } catch (error) {
            setText(`That did not work: ${error instanceof Error ? error.message : error}`);
        } finally {
            setBusy(false);
        }
    }

    return (
        <div style={{padding: '20px'}}>
            <button className='btn btn-primary' onClick={ask} disabled={busy}>{'Say hello'}</button>
            <p style={{marginTop: '16px'}} role='status'>{text}</p>
        </div>
    );
}
