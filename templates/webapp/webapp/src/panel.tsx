// The panel on the right: a button and what came of it.

import React, {useState} from 'react';

import {request, serverPath} from './client';

interface Me {
    username: string;
}

export default function Panel() {
    const [text, setText] = useState('');
    const [busy, setBusy] = useState(false);

    async function ask() {
        setBusy(true);
        try {
            const me = await request<Me>(serverPath('/api/v4/users/me'));
            setText(`Hello, ${me.username}!`);
        } catch (error) {
            setText(`That did not work: ${error instanceof Error ? error.message : error}`);
        } finally {
            setBusy(false);
        }
    }

    return (
        <div style={{padding: '20px'}}>
            <button className='btn btn-primary' onClick={ask} disabled={busy}>{'Who am I?'}</button>
            <p style={{marginTop: '16px'}} role='status'>{text}</p>
        </div>
    );
}
