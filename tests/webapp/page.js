// The part of the web app that our web parts meet: React as a global, registerPlugin, a registry and a store that keep what
// they are given, and places where it is shown. Written for these tests; it knows nothing that a page of ours does not need.

'use strict';

const stage = {plugins: {}, registered: [], shown: null};
window.stage = stage;
document.getElementById('react').textContent = React.version;

function render(element, place) {
    if (ReactDOM.createRoot) {
        stage.roots = stage.roots || new Map();
        if (!stage.roots.has(place)) {
            stage.roots.set(place, ReactDOM.createRoot(place));
        }
        stage.roots.get(place).render(element);
    } else {
        ReactDOM.render(element, place);
    }
}

const theme = {centerChannelBg: '#ffffff', buttonBg: '#1c58d9'};

function show(panel) {
    stage.shown = panel;
    const element = panel && React.createElement(
        React.Fragment, null,
        React.createElement('h2', null, panel.title),
        React.createElement(panel.component, {theme}),
    );
    render(element, document.getElementById('rhs'));
}

const store = {
    getState: () => ({entities: {users: {currentUserId: 'user1', profiles: {}}}}),
    dispatch: (action) => (typeof action === 'function' ? action() : action),
    subscribe: () => () => {},
};

/** An alert is the browser's and not in a picture of the page; for that it is drawn again. */
stage.draw = (alert) => {
    const place = document.createElement('div');
    document.body.append(place);
    render(React.createElement('div', {id: 'alert', role: 'alertdialog'},
        React.createElement('b', null, `${location.host} says`),
        React.createElement('p', null, alert),
        React.createElement('span', null, 'OK')), place);
};

function addHeaderButton(icon, action, dropdownText, tooltipText) {
    const place = document.createElement('span');
    document.getElementById('buttons').append(place);
    const props = {title: tooltipText, 'aria-label': dropdownText, onClick: () => action({id: 'channel1'}, {user_id: 'user1'})};
    render(React.createElement('button', props, icon), place);
}

/** Knows what the tests look at, takes note of everything else that could be registered, and refuses the rest. */
function registryOf(id) {
    const known = {
        id,
        registerRightHandSidebarComponent(component, title) {
            const panel = {component, title};
            return {
                id: 'rhs',
                showRHSPlugin: () => show(panel),
                hideRHSPlugin: () => show(null),
                toggleRHSPlugin: () => show(stage.shown === panel ? null : panel),
            };
        },
        registerChannelHeaderButtonAction: addHeaderButton,
    };
    return new Proxy(known, {
        get(target, name) {
            if (name in target && typeof target[name] !== 'function') {
                return target[name];
            }
            if (!/^(un)?register[A-Z]/.test(name)) {
                throw new TypeError(`the registry has no ${name}`);
            }
            return (...args) => {
                stage.registered.push(name);
                return target[name] ? target[name](...args) : `${name}-${stage.registered.length}`;
            };
        },
    });
}

window.registerPlugin = (id, plugin) => {
    stage.plugins[id] = plugin;
    plugin.initialize?.(registryOf(id), store);
};
