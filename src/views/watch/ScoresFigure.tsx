/**
 * @file The chart of held-out scores beside the training losses. It shows one metric at a time, with one line for each
 * run and task. A line is of one held-out side, and test scores beside a validation line are rings.
 */
import { memo, useState } from 'react';
import type { TaskDescription } from '../../../workers/protocol/systems';
import { runDash, taskColor } from '../../charts/marks';
import { type ScoreLine, ScoresChart } from '../../charts/ScoresChart';
import { fixed, formatTick, percent } from '../../format/numbers';
import type { RunState } from '../../state/runs';
import { curvesOf, figureOf, type Score, type ScoreCurve, scoresOf } from '../../state/scores';
import { tasksOf } from '../../state/series';
import { curveWords, sideWords } from './scoreWords';

/** Formats a share for an axis. */
const wholePercent = (share: number) => `${Math.round(100 * share)}\u00a0%`;
const heightPx = 220;
/** The colour of a line that belongs to no task. */
const ink = 'var(--ink, #101a30)';

/** A line of the chart, and the held-out side that it is of. */
type SideLine = ScoreLine & Pick<ScoreCurve, 'side'>;

/** The lines of one run and task: one for each held-out side with a score. */
function linesOf(
  run: RunState,
  { score, task, place }: { score: Score; task?: TaskDescription; place: number },
): SideLine[] {
  const number = run.tasks.findIndex(({ id }) => id === task?.id);
  return curvesOf(run.evaluations, score.id, task?.id).map(({ side, joined, points }) => ({
    ...{ side, joined, points },
    key: `${run.id} ${task?.id ?? ''} ${side}`,
    label: `${[task?.label, run.name].filter(Boolean).join(', ')}, ${sideWords(side)}`,
    color: task ? taskColor(number) : ink,
    dash: runDash(place),
  }));
}

interface ScoresFigureProps {
  /** The runs of the other charts, in the same order, because the order gives each run its dashes. */
  runs: readonly RunState[];
  hidden: ReadonlySet<string>;
}

/** Whether the scores are the same. Steps come many times a second and scores seldom, and recharts is slow to draw again. */
const sameScores = (a: ScoresFigureProps, b: ScoresFigureProps) =>
  a.hidden === b.hidden &&
  a.runs.length === b.runs.length &&
  a.runs.every((run, i) => {
    const other = b.runs[i];
    return run.id === other?.id && run.name === other.name && run.evaluations === other.evaluations;
  });

export const ScoresFigure = memo(function ScoresFigure({ runs, hidden }: ScoresFigureProps) {
  const [chosen, setChosen] = useState('');
  const scores = scoresOf(
    runs.map(run => run.evaluations.at(-1)),
    tasksOf(runs),
  );
  const score = scores.find(({ id }) => id === chosen) ?? scores[0];
  if (!score) return null;
  const drawn = runs.flatMap((run, place) => {
    if (hidden.has(run.id)) return [];
    if (score.tasks.length === 0) return linesOf(run, { score, place });
    return run.tasks
      .filter(({ id }, n) => score.tasks.some(task => task.id === id) && !hidden.has(`task/${n}`))
      .flatMap(task => linesOf(run, { score, task, place }));
  });
  const figures = runs.flatMap(run => {
    const last = run.evaluations.at(-1);
    return score.tasks.length > 0
      ? score.tasks.map(({ id }) => figureOf(last, score.id, id))
      : [figureOf(last, score.id)];
  });
  const why = figures.flatMap(figure => (figure?.value === null ? [figure.why] : []))[0];
  const sides = drawn.map(({ side }) => side);
  return (
    <figure id="chart-score" className="score-figure" aria-labelledby="chart-score-title">
      <figcaption>
        <h3 id="chart-score-title">What it makes of new pictures</h3>
        <select
          className="score-choice"
          aria-label="Score"
          value={score.id}
          onChange={event => setChosen(event.target.value)}
        >
          {scores.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </figcaption>
      <ScoresChart
        lines={drawn}
        steps={Math.max(...runs.map(run => run.steps))}
        height={heightPx}
        label={`${score.label}${sides.length > 0 ? ` ${sideWords(...sides)}` : ''} against steps`}
        format={score.format === 'percent' ? percent : fixed}
        tick={score.format === 'percent' ? wholePercent : formatTick}
      />
      <p className="fine">
        {score.about} {drawn.length > 0 ? `${curveWords(drawn)} Colours and dashes as above.` : why}
      </p>
    </figure>
  );
}, sameScores);
