// What the web app loads: a button in the channel header that opens and closes the panel.
//
// React is not imported: Mattermost's page has it as the global `React`.

import {id, name} from './manifest';
import Panel from './panel';

/** The part of the plugin registry that is used here. Arguments are by position. */
interface Registry {
    registerRightHandSidebarComponent(component: React.ComponentType, title: string): {toggleRHSPlugin: unknown};
    registerChannelHeaderButtonAction(icon: React.ReactNode, action: () => void, dropdownText: string, tooltipText: string): string;
}

interface Store {
    dispatch(action: unknown): unknown;
}

declare global {
    interface Window {
        registerPlugin(id: string, plugin: {initialize(registry: Registry, store: Store): void}): void;
        /** The path below which Mattermost lies on its host; absent or empty at the root. */
        basename?: string;
    }
}

function Clock() {
    return (
        <svg width='18' height='18' viewBox='0 0 24 24' fill='none' stroke='currentColor' strokeWidth='2' aria-hidden='true'>
            <circle cx='12' cy='12' r='9'/>
            <path d='M12 7v5l3 3'/>
        </svg>
    );
}

window.registerPlugin(id, {
    initialize(registry, store) {
        const {toggleRHSPlugin} = registry.registerRightHandSidebarComponent(Panel, name);
        registry.registerChannelHeaderButtonAction(<Clock/>, () => store.dispatch(toggleRHSPlugin), name, name);
    },
});
