import base from './playwright.config';

/** `npm run pictures`: draws the README's pictures anew from a real run. */
export default { ...base, testMatch: 'pictures.ts', timeout: 900_000 };
