// Each bundler: `variants`, its ways to bundle for a platform; `bundle`, which gives files, the package's parts in them, imports and warnings;
// `commonjs`, whether it takes an app that is CommonJS.

export * as esbuild from './esbuild.mjs'
export * as rollup from './rollup.mjs'
export * as vite from './vite.mjs'
export * as webpack from './webpack.mjs'
