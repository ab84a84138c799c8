export { startMonitor, type Monitor } from './monitor.ts';
