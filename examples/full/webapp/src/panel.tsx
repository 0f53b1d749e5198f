// The panel on the right: a zone to type, a button, and what the server part answers.

import {timeIn} from './client';

export default function Panel() {
    const [zone, setZone] = React.useState('Asia/Tokyo');
    const [text, setText] = React.useState('');
    const [busy, setBusy] = React.useState(false);

    async function ask(event: React.FormEvent) {
        event.preventDefault();
        setBusy(true);
        setText(await timeIn(zone));
        setBusy(false);
    }

    return (
        <form onSubmit={ask} style={{padding: '20px'}}>
            <label htmlFor='zone-clock-zone'>{'Time zone'}</label>
            <input
                id='zone-clock-zone'
                className='form-control'
                value={zone}
                onChange={(event) => setZone(event.target.value)}
                style={{margin: '4px 0 12px'}}
            />
            <button className='btn btn-primary' disabled={busy}>{'What time is it?'}</button>
            <p role='status' style={{marginTop: '16px'}}>{text}</p>
        </form>
    );
}
