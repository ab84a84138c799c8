import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../src/start/config.ts';
import { pageHeaders } from '../../src/web/policy.ts';
import { startApp } from '../support/app.ts';

const CUSTOMERS =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; " +
  "img-src 'self' data: blob: https://posters.example https://bucket.example; connect-src 'self'; worker-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

test('a page of the app may load and ask this origin alone, and pictures of those that are named', async (t) => {
  const env = {
    IMAGE_ORIGINS: 'https://posters.example/, https://bucket.example',
    PUBLIC_URL: 'https://cinema.example',
    DESK_IDLE_MINUTES: '7',
  };
  const app = await startApp(t, { env });
  const page = await app.get('/app/shows/1');
  assert.equal(page.headers.get('content-security-policy'), CUSTOMERS);
  assert.match(page.headers.get('permissions-policy') ?? '', /^camera=\(\)/);
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
  assert.equal(page.headers.get('cross-origin-opener-policy'), 'same-origin');
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
  assert.match(page.text, /data-public-url="https:\/\/cinema.example" data-desk-idle-minutes="7"/);

  // What is no page keeps the policy and the caching of everything else.
  for (const path of ['/app/api/health', '/health', '/app/assets/none.js']) {
    const { headers } = await app.get(path);
    assert.equal(
      headers.get('content-security-policy'),
      "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    );
    assert.equal(headers.get('cache-control'), 'no-store');
  }
});

test('the door alone may use the camera and compile WebAssembly', () => {
  const door = pageHeaders('door', []);
  assert.match(door['content-security-policy'] ?? '', /script-src 'self' 'wasm-unsafe-eval';/);
  assert.match(door['permissions-policy'] ?? '', /^camera=\(self\)/);
  for (const page of ['customer', 'desk']) {
    assert.doesNotMatch(JSON.stringify(pageHeaders(page, [])), /unsafe|camera=\(self\)/);
  }
});

test('the app is on at a desk, and in production or behind a key only where it is asked for', () => {
  const isOn = (env: Record<string, string>) => readConfig(env).web.isOn;
  const production = {
    APP_ENV: 'production',
    DATABASE_URL: 'postgresql://skyfox:secret@db.example/skyfox',
    JWT_SECRET_KEY: 'x'.repeat(40),
    PAYMENT_GATEWAY_URL: 'https://payments.example',
    PAYMENT_GATEWAY_API_KEY: 'key',
    CINEMA_TIME_ZONE: 'Asia/Kolkata',
  };
  assert.equal(isOn({}), true);
  assert.equal(isOn({ API_GATEWAY_KEY: 'key' }), false);
  assert.equal(isOn(production), false);
  assert.equal(isOn({ ...production, WEB_APP: 'on' }), true);
  assert.equal(isOn({ API_GATEWAY_KEY: 'key', WEB_APP: 'on' }), true);
  assert.equal(isOn({ WEB_APP: 'off' }), false);
  for (const wrong of [
    { WEB_APP: 'yes' },
    { IMAGE_ORIGINS: '*' },
    { IMAGE_ORIGINS: "https://a.example; script-src 'unsafe-inline'" },
    { IMAGE_ORIGINS: 'https://a.example/path' },
    { DESK_IDLE_MINUTES: '0' },
  ]) {
    assert.throws(() => readConfig(wrong), new RegExp(Object.keys(wrong)[0] ?? ''));
  }
});
