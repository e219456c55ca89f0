const major = process.versions.node.split('.')[0];

globalThis.navigator ??= { userAgent: `Node.js/${major}`, language: 'en-US', platform: process.platform };
