// What the packages here ask `navigator` for. Its user agent becomes the name of the device in pools that track devices.
// Node has a navigator from version 21 on, which names the version; in recordings it must be the same everywhere.
const navigator = { userAgent: 'conformance', language: 'en-US', platform: process.platform };

Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
