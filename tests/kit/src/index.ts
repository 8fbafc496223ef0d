export { redisServer, type TestServer } from './redis-server.js';
export { until } from './until.js';
