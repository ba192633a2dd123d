// Gaussian naive Bayes, as course_lib.classical.GaussianNaiveBayes answers once it is fitted.

class GaussianNaiveBayes {
  /** priors (J,), means (J, D), variances (J, D) */
  constructor({ priors, means, variances }) {
    Object.assign(this, { priors, means, variances, nFeatures: means.length / priors.length });
    this.constants = priors.map((prior, j) => {
      let sum = 0;
      for (let d = 0; d < this.nFeatures; d++) sum += Math.log(2 * Math.PI * variances[j * this.nFeatures + d]);
      return Math.log(prior) - sum / 2;
    });
  }

  /** log p(x, j) of one image for each class: log p(j) + sum over d of log N(x_d; mu_jd, sigma2_jd). */
  logJoint(x) {
    return this.constants.map((constant, j) => {
      let squares = 0;
      for (let d = 0, k = j * this.nFeatures; d < this.nFeatures; d++, k++) {
        squares += (x[d] - this.means[k]) ** 2 / this.variances[k];
      }
      return constant - squares / 2;
    });
  }

  /** p(j | x): divided by the sum over the classes, the largest logarithm taken out first. */
  probabilities(x) {
    const joint = this.logJoint(x);
    const largest = Math.max(...joint);
    const e = joint.map((value) => Math.exp(value - largest));
    const total = e.reduce((sum, value) => sum + value, 0);
    return e.map((value) => value / total);
  }
}
