import { describe, expect, test } from 'vitest';
import { howToEnable } from '../../../workers/gpu/howToEnable';

const found = { secure: true, api: false };
const gecko = (system: string, version: number) =>
  `Mozilla/5.0 (${system}; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`;
const blink = (system: string, version: number, more = '') =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36${more}`;
const webkit = (system: string, version: string) =>
  `Mozilla/5.0 (${system}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${version} Safari/605.1.15`;
const windows = 'Windows NT 10.0; Win64; x64';
const mac = 'Macintosh; Intel Mac OS X 10_15_7';
const linux = 'X11; Linux x86_64';
const android = 'Linux; Android 10; K';

describe('Firefox', () => {
  test('ESR 153 on Linux is told of the switch, not to update', () => {
    const advice = howToEnable(gecko(linux, 153), found);
    expect(advice).toContain('dom.webgpu.enabled');
    expect(advice).not.toMatch(/update/i);
  });

  test.each([
    [windows, 140, 'Update Firefox to 141 or later.'],
    [mac, 144, 'Update Firefox to 145 or later. It needs macOS 26 or later.'],
  ])('%s, %i is too old', (system, version, advice) => {
    expect(howToEnable(gecko(system, version), found)).toBe(advice);
  });

  test('ESR 140 on Linux needs both: the switch does nothing before 141', () => {
    expect(howToEnable(gecko(linux, 140), found)).toMatch(/Update Firefox to 141 or later\. .*dom\.webgpu/);
  });

  test.each([
    [windows, 141],
    [mac, 145],
    ['Android 15; Mobile', 153],
  ])('%s, %i is new enough: it is the switch', (system, version) => {
    const advice = howToEnable(gecko(system, version), found);
    expect(advice).toContain('dom.webgpu.enabled');
    expect(advice).not.toMatch(/update/i);
  });

  test('with the switch on and no adapter, the driver is the reason', () => {
    const advice = howToEnable(gecko(linux, 153), { secure: true, api: true });
    expect(advice).toContain('about:support');
    expect(advice).not.toContain('dom.webgpu.enabled');
  });
});

describe('Chrome and its relatives', () => {
  test.each([
    [windows, 112, 113],
    [mac, 112, 113],
    [android, 120, 121],
    [linux, 143, 144],
  ])('%s, %i is too old: %i has it', (system, version, first) => {
    expect(howToEnable(blink(system, version), found)).toContain(`from ${first} on`);
  });

  test('on Linux without an adapter, both flags are named', () => {
    const advice = howToEnable(blink(linux, 150), { secure: true, api: true });
    expect(advice).toMatch(/#enable-unsafe-webgpu .*#enable-vulkan/);
  });

  test.each([
    blink(windows, 150),
    blink(windows, 150, ' Edg/150.0.0.0'),
    blink(mac, 150, ' OPR/120.0.0.0'),
    blink('X11; CrOS x86_64 14541.0.0', 150),
  ])('%s may have its graphics acceleration switched off', userAgent => {
    const advice = howToEnable(userAgent, { secure: true, api: true });
    expect(advice).toContain('chrome://settings/system');
    expect(advice).not.toContain('enable-vulkan');
  });
});

describe('WebKit', () => {
  test('Safari 18 is too old, on a Mac', () => {
    expect(howToEnable(webkit(mac, '18.5'), found)).toBe('Update macOS and Safari to 26 or later.');
  });

  test('Safari 26 has a switch', () => {
    expect(howToEnable(webkit(mac, '26.0'), found)).toContain('Feature Flags');
  });

  // WebKitGTK 2.50 sends this version in its user agent.
  test('on Linux it has none, so that no update of Safari helps', () => {
    const advice = howToEnable(webkit(linux, '60.5'), found);
    expect(advice).toContain('On Linux, WebKit has none');
    expect(advice).not.toMatch(/update/i);
  });

  test.each([
    ['Safari', 'Version/18.5 Mobile/15E148 Safari/604.1'],
    ['Firefox', 'FxiOS/150.0 Mobile/15E148 Safari/605.1.15'],
    ['Chrome', 'CriOS/150.0.0.0 Mobile/15E148 Safari/604.1'],
  ])('%s on an iPhone depends on the version of iOS', (_, browser) => {
    const userAgent = `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ${browser}`;
    expect(howToEnable(userAgent, found)).toContain('iOS or iPadOS 26');
  });
});

test('a page over plain http hears of https, whatever the browser', () => {
  for (const userAgent of [gecko(linux, 153), blink(windows, 150), webkit(mac, '26.0')])
    expect(howToEnable(userAgent, { secure: false, api: false })).toContain('https or localhost');
});

test('an unknown browser hears of those that have WebGPU', () => {
  expect(howToEnable('curl/8.0', found)).toBe('Use a current Chrome, Edge, Safari or Firefox.');
});
