/** @file Task losses of one or more runs. */
import { TaskChart } from './TaskChart';
import type { TaskChartProps } from './types';

export function LossesChart(props: TaskChartProps) {
  return <TaskChart {...props} kind="loss" />;
}
