/**
 * @file What one run shows: one row of numbers for each step, its evaluations, its training time, its speed and its
 * warnings.
 */

import { option } from '../../config/options';
import type { Model } from '../../model/model';
import { type Column, clockColumns } from '../../protocol/columns';
import type { Evaluation } from '../../protocol/results';
import type { RunUpdate } from '../../protocol/runs';
import type { CheckpointRecord } from '../checkpoints/checkpoint';
import { inFormOfToday } from '../checkpoints/earlierResults';
import { assertFinite } from '../step/assertFinite';
import { numbersOf, reportColumns, type StepReport } from '../step/report';
import { Recorder } from './history';

import { Speed } from './speed';

/** The columns of a run's rows. */
export const historyColumns = (model: Model): readonly Column[] => [...clockColumns, ...reportColumns(model)];

export class RunRecord {
  readonly #model: Model;
  readonly #recorder: Recorder;
  readonly #speed = new Speed();
  #elapsedMs = 0;
  #lastStepAt = 0;
  #stepWarnings: readonly string[] = [];
  #evaluationWarning: string | null = null;

  /** @param from the checkpoint from which a resumed run goes on. */
  constructor(model: Model, from?: Pick<CheckpointRecord, 'elapsedMs' | 'history'>) {
    this.#model = model;
    this.#recorder = new Recorder(historyColumns(model));
    if (!from) return;
    this.#elapsedMs = from.elapsedMs;
    const evaluations = inFormOfToday(from.history.evaluations, model.tasks);
    this.#recorder.restore({ ...from.history, evaluations });
  }

  /** How many steps are recorded. A script that waits for a step may rely on it. */
  get step(): number {
    return this.#recorder.lastStep;
  }
  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  /** Starts to measure training time. The time before this call does not count. */
  startClock(): void {
    this.#lastStepAt = performance.now();
  }

  /** Stops measuring the speed, because the time that follows is not training time. */
  pause(): void {
    this.#speed.pause();
  }

  /**
   * Records the numbers of one step.
   * @param step counts from 1.
   * @throws AppError `run/diverged` when a number is not finite.
   */
  add(
    step: number,
    report: StepReport,
    { learningRate, running, warning }: { learningRate: number; running: boolean; warning: string | null },
  ): void {
    const { tasks, config, weighting } = this.#model;
    assertFinite({ tasks, report, step, half: option(config, 'precision') === 'half' });
    const now = performance.now();
    this.#elapsedMs += now - this.#lastStepAt;
    this.#lastStepAt = now;
    if (running) this.#speed.mark(step, now);
    this.#recorder.add([step, learningRate, this.#elapsedMs, ...report.values]);
    const warnings = [weighting.warn(quantity => numbersOf(report, quantity)), warning];
    this.#stepWarnings = warnings.filter(text => text !== null);
  }

  addEvaluation(evaluation: Evaluation): void {
    this.#recorder.addEvaluation(evaluation);
  }

  /** Records why the evaluations are slower than they could be. */
  warnOfEvaluations(warning: string): void {
    this.#evaluationWarning = warning;
  }

  history() {
    return this.#recorder.toHistory();
  }

  /** What is new since the last call. */
  takeNews(): Pick<
    RunUpdate,
    'step' | 'stepsPerSecond' | 'imagesPerSecond' | 'rows' | 'evaluations' | 'warnings'
  > {
    const { stepsPerSecond } = this.#speed;
    return {
      ...{ step: this.step, stepsPerSecond },
      imagesPerSecond: stepsPerSecond * option(this.#model.config, 'batchSize'),
      ...this.#recorder.takeNew(),
      warnings: [...this.#stepWarnings, ...(this.#evaluationWarning ? [this.#evaluationWarning] : [])],
    };
  }
}
