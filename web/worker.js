// The worker of "LeNet-5 learns while you watch": trains while it is told to, and reports.
/* global Trainer, enlargeAll, self, unpackAll */

const REPORT = 100; // milliseconds between two reports
const EVALUATE = 480; // training images between two looks at the held-out digits
const ENOUGH = 30; // epochs, then it pauses by itself

let trainer = null;
let running = false;
let timer = null;
let evaluated = 0;
let losses = [];

function report(more = {}) {
  const { steps, epoch, network } = trainer;
  self.postMessage({ steps, epoch, losses, running, filters: network.layers[0].params.W.slice(), ...more });
  losses = [];
}

function evaluate() {
  evaluated = trainer.seen;
  report({ answers: trainer.answers() });
}

function step() {
  losses.push(trainer.step());
  if (trainer.seen - evaluated >= EVALUATE) evaluate();
}

/** Train for a moment, report, and let messages in. */
function train() {
  if (!running) return;
  const end = performance.now() + REPORT;
  while (performance.now() < end) step();
  running = trainer.epoch < ENOUGH;
  report();
  timer = setTimeout(train);
}

const COMMANDS = {
  load({ digits }) {
    const { small, labels, train: train_, test, A } = unpackAll(digits.arrays);
    const enlarged = enlargeAll({ small, labels, train: train_, test, A, ...digits.gray });
    trainer = new Trainer(enlarged);
    self.postMessage({ test: enlarged.test });
  },
  reset({ seed, settings }) {
    trainer.reset(seed);
    trainer.use(settings);
    running = false;
    losses = [];
    evaluate();
  },
  use({ settings }) {
    trainer.use(settings);
  },
  run() {
    clearTimeout(timer); // one that was paused a moment ago may still be on its way
    running = true;
    train();
  },
  pause() {
    running = false;
    evaluate();
  },
  step() {
    running = false;
    step();
    evaluate();
  },
};

self.onmessage = ({ data }) => COMMANDS[data.command](data);
