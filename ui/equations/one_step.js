// One step of word2vec, as core/equations/one_step.py and core/word2vec/losses.py compute it: a test compares them.
// A scene: kind, V and U (center and outside vectors as rows), center, outside, negatives (numbers of words), lr.

const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const sigmoid = (x) => 0.5 + 0.5 * Math.tanh(0.5 * x);
const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))); // log(1 + exp(x))

function softmax(scores) {
  const top = Math.max(...scores), e = scores.map((score) => Math.exp(score - top));
  const sum = e.reduce((a, b) => a + b);
  return e.map((x) => x / sum);
}

/** The terms of the loss: rows of U, y, and y_hat or sigma(u . v_c). */
export function termsOf({ kind, V, U, center, outside, negatives }) {
  const v = V[center], soft = kind === "softmax";
  const rows = soft ? U.map((_, w) => w) : [outside, ...negatives];
  const scores = rows.map((w) => dot(U[w], v));
  const predicted = soft ? softmax(scores) : scores.map(sigmoid);
  const wanted = rows.map((w, t) => Number(soft ? w === outside : t === 0));
  return { rows, scores, wanted, predicted, error: predicted.map((p, t) => p - wanted[t]) };
}

/** The loss of the pair (center, outside) in nats. */
export function lossOf(scene) {
  const { scores, predicted } = termsOf(scene);
  if (scene.kind === "softmax") return -Math.log(predicted[scene.outside]);
  return scores.reduce((sum, score, t) => sum + softplus(t === 0 ? -score : score), 0);
}

/** dJ/dv_c = sum_t error_t u_t; each term adds error_t v_c to dJ/du_t. */
export function gradientsOf(scene) {
  const { rows, error } = termsOf(scene), v = scene.V[scene.center];
  const dv = v.map((_, k) => rows.reduce((sum, w, t) => sum + error[t] * scene.U[w][k], 0));
  const dU = scene.U.map((u) => u.map(() => 0));
  rows.forEach((w, t) => v.forEach((x, k) => { dU[w][k] += error[t] * x; }));
  return { v_c: dv, U: dU };
}

/** The scene after one step of gradient descent on the pair, w <- w - lr dJ/dw. */
export function stepOf(scene, lr = scene.lr) {
  const gradient = gradientsOf(scene);
  const V = scene.V.map((v, w) => (w === scene.center ? v.map((x, k) => x - lr * gradient.v_c[k]) : v));
  const U = scene.U.map((u, w) => u.map((x, k) => x - lr * gradient.U[w][k]));
  return { ...scene, V, U };
}
