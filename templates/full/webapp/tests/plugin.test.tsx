import assert from 'node:assert/strict';
import {test} from 'node:test';

import React from 'react';
import {renderToStaticMarkup} from 'react-dom/server';

import {name} from '../src/manifest';
import type {PluginRegistry, Store} from '../src/mattermost';
import Panel from '../src/panel';
import Plugin from '../src/plugin';

test('the button in the channel header opens the panel', () => {
    const dispatched: unknown[] = [];
    const store = {dispatch: (action: unknown) => dispatched.push(action)} as unknown as Store;
    let click = () => {};
    const registry = {
        registerRightHandSidebarComponent(component: unknown, title: unknown) {
            assert.deepEqual([component, title], [Panel, name]);
            return {toggleRHSPlugin: 'toggle'};
        },
        registerChannelHeaderButtonAction(icon: React.ReactElement, action: () => void) {
            assert.match(renderToStaticMarkup(icon), /^<svg/);
            click = action;
        },
    } as unknown as PluginRegistry;
    new Plugin().initialize(registry, store);
    assert.deepEqual(dispatched, []);
    click();
    assert.deepEqual(dispatched, ['toggle']);
});

test('the panel begins with a button and no text', () => {
    const html = renderToStaticMarkup(<Panel/>);
    assert.match(html, /<button[^>]*>Say hello<\/button>/);
    assert.match(html, /role="status"><\/p>/);
});
