// A button in the channel header; who presses it sees an alert.
//
// React is not imported: Mattermost's page has it as the global `React`, which is what JSX below becomes calls of.

import {id} from './manifest';

/** The part of the plugin registry that is used here. Arguments are by position. */
interface Registry {
    registerChannelHeaderButtonAction(
        icon: React.ReactNode,
        action: () => void,
        dropdownText: string,
        tooltipText: string,
    ): string;
}

declare global {
    interface Window {
        registerPlugin(id: string, plugin: {initialize(registry: Registry): void}): void;
    }
}

const TEXT = 'Hello World!';

function Bell() {
    return (
        <svg width='18' height='18' viewBox='0 0 24 24' fill='none' stroke='currentColor' strokeWidth='2' aria-hidden='true'>
            <path d='M12 4a5 5 0 0 1 5 5v4l2 3H5l2-3V9a5 5 0 0 1 5-5zM10 19a2 2 0 0 0 4 0'/>
        </svg>
    );
}

window.registerPlugin(id, {
    initialize(registry) {
        registry.registerChannelHeaderButtonAction(<Bell/>, () => alert(TEXT), 'Hello World', 'Shows an alert');
    },
});
