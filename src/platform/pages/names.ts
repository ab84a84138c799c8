export const NAME = 'SkyFox Backend';
export const VERSION = '1.0.0';
/** Of a route that answers without the gateway key. */
export const keyless = { config: { keyless: true } };
