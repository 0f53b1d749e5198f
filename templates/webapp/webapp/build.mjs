// Makes dist/main.js, the one file that browsers load: `node build.mjs`.
// --debug: readable, with a source map. --tests: bundles tests/ and runs them.

import {spawnSync} from 'node:child_process';
import {readdirSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

import {build} from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const has = (flag) => process.argv.includes(flag);

// Mattermost's web app has these already and lends them to plugins: two Reacts on one page do not work together.
const GLOBALS = {
    react: 'React',
    'react-dom': 'ReactDOM',
    'react-bootstrap': 'ReactBootstrap',
    'react-intl': 'ReactIntl',
    'react-redux': 'ReactRedux',
    'react-router-dom': 'ReactRouterDom',
    redux: 'Redux',
    'prop-types': 'PropTypes',
    luxon: 'Luxon',
};

const webAppGlobals = {
    name: 'web-app-globals',
    setup(bundle) {
        const filter = new RegExp(`^(${Object.keys(GLOBALS).join('|')})$`);
        bundle.onResolve({filter}, ({path}) => ({path, namespace: 'web-app'}));
        bundle.onLoad({filter: /./, namespace: 'web-app'}, ({path}) => ({
            contents: `module.exports = window.${GLOBALS[path]};`,
        }));
    },
};

async function product(debug) {
    rmSync(join(here, 'dist'), {recursive: true, force: true});
    await build({
        absWorkingDir: here,
        entryPoints: ['src/index.ts'],
        outfile: 'dist/main.js',
        bundle: true,
        format: 'iife',
        target: 'es2020',
        minify: !debug,
        sourcemap: debug && 'inline',
        plugins: [webAppGlobals],
        logLevel: 'warning',
    });
}

async function tests() {
    const names = readdirSync(join(here, 'tests')).filter((name) => /\.test\.tsx?$/.test(name));
    rmSync(join(here, 'build'), {recursive: true, force: true});
    await build({
        absWorkingDir: here,
        entryPoints: names.map((name) => join('tests', name)),
        outdir: 'build',
        outExtension: {'.js': '.mjs'},
        bundle: true,
        packages: 'external',
        platform: 'node',
        format: 'esm',
        sourcemap: 'inline',
        logLevel: 'warning',
    });
    const files = names.map((name) => join(here, 'build', name.replace(/\.tsx?$/, '.mjs')));
    const run = spawnSync(process.execPath, ['--enable-source-maps', '--test', ...files], {stdio: 'inherit'});
    process.exitCode = run.status ?? 1;
}

await (has('--tests') ? tests() : product(has('--debug')));
