// What the web app loads: it calls `initialize` as soon as the plugin has registered.

import {id} from './manifest';
import Plugin from './plugin';

window.registerPlugin(id, new Plugin());
