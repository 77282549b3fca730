'use strict'
// Mocha's spec reporter, which also leaves the totals in the file named by NISABA_TEST_REPORT.
const { writeFileSync } = require('node:fs')
const { reporters } = require('mocha')

module.exports = class ReportWithTotals extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    runner.once('end', () => {
      const file = process.env.NISABA_TEST_REPORT
      if (file) writeFileSync(file, JSON.stringify({ passes: this.stats.passes, failures: this.stats.failures }))
    })
  }
}
