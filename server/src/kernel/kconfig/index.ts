export { zoneDeviceArches, type ZoneDeviceArch } from './zone-device.js';
export type { KconfigCache } from './symbols.js';
