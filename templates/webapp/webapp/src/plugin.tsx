// What the plugin adds to the web app.

import React from 'react';

import {name} from './manifest';
import type {PluginRegistry, Store, WebappPlugin} from './mattermost';
import Panel from './panel';

export default class Plugin implements WebappPlugin {
    /** A button in the channel's header that opens and closes a panel on the right. */
    initialize(registry: PluginRegistry, store: Store) {
        const {toggleRHSPlugin} = registry.registerRightHandSidebarComponent(Panel, name);
        registry.registerChannelHeaderButtonAction(
            <Icon/>,
            () => store.dispatch(toggleRHSPlugin),
            name,
            name,
        );
    }

    /** The plugin is disabled or replaced. What the registry was given goes by itself; timers and listeners do not. */
    uninitialize() {
        // Nothing of this plugin's own is running.
    }
}

function Icon() {
    return (
        <svg width='18' height='18' viewBox='0 0 24 24' fill='none' stroke='currentColor' strokeWidth='2' aria-hidden='true'>
            <path d='M4 5h16v11H9l-5 4z'/>
        </svg>
    );
}
