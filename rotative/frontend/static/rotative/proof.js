// Solves ALTCHA challenges, version 2. crypto.subtle is slow for small hashes.
const START = new Int32Array(8);
const ROUNDS = new Int32Array(64);
const w = new Int32Array(64);
// The variables a to h slide down in each round.
const v = new Int32Array(72);
const state = v.subarray(0, 8);

for (let n = 2, i = 0; i < 64; n++) {
  let divisor = 2;
  while (n % divisor) divisor++;
  if (divisor < n) continue;
  START[i] = (n ** (1 / 2) % 1) * 2 ** 32;
  ROUNDS[i++] = (n ** (1 / 3) % 1) * 2 ** 32;
}

const rotate = (x, n) => (x >>> n) | (x << -n);
const mix = (x, i, j, last) => rotate(x, i) ^ rotate(x, j) ^ last;

// One block: at most thirteen words.
function digest(message) {
  w.fill(0);
  w.set(message);
  w[message.length] = 1 << 31;
  w[15] = message.length * 32;
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15];
    const y = w[i - 2];
    w[i] = w[i - 16] + w[i - 7] + mix(x, 7, 18, x >>> 3) + mix(y, 17, 19, y >>> 10);
  }
  v.set(START, 64);
  for (let i = 63; i >= 0; i--) {
    const a = v[i + 1];
    const b = v[i + 2];
    const c = v[i + 3];
    const e = v[i + 5];
    const t = (v[i + 8] + ROUNDS[63 - i] + w[63 - i] + mix(e, 6, 11, rotate(e, 25)) + ((e & v[i + 6]) ^ (~e & v[i + 7]))) | 0;
    v[i + 4] += t;
    v[i] = t + mix(a, 2, 13, rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
  }
  for (let i = 0; i < 8; i++) v[i] += START[i];
}

function solve({ salt, nonce, cost, keyPrefix }) {
  const began = Date.now();
  const message = Int32Array.from(`${salt}${nonce}00000000`.match(/.{8}/g), (word) => parseInt(word, 16));
  const first = parseInt(keyPrefix.slice(0, 8), 16) | 0;
  for (let counter = 0; counter < 2 ** 24; counter++) {
    message[message.length - 1] = counter;
    digest(message);
    for (let round = 1; round < cost; round++) digest(state);
    if (state[0] !== first) continue;
    const derivedKey = Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey, time: Date.now() - began };
  }
}

onmessage = ({ data }) => {
  postMessage(solve(data));
  close();
};
