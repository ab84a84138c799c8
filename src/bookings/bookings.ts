export { startMonitor, type Monitor } from './monitor.ts';
export { takeOver } from './take-over.ts';
