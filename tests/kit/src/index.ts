export { freePort } from './free-port.js';
export { redisServer, type TestServer } from './redis-server.js';
export { until } from './until.js';
export { startCluster, type RedisCluster } from './start-cluster.js';
export { startSentinel, type SentinelSetup } from './start-sentinel.js';
