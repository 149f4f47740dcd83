export { zoneDeviceArches, type ZoneDeviceArch } from './zone-device.js';
