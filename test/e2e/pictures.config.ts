import base from './playwright.config';

/** `npm run pictures`: draws the README's pictures anew from a real run, and a gallery to look at. */
export default { ...base, testMatch: ['pictures.ts', 'gallery.ts'], timeout: 900_000 };
