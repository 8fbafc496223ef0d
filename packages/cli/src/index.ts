export { defineConfig, type ReskueConfig } from './config/reskue-config.js';
