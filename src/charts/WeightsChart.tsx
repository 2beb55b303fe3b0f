/** @file Task weights of one or more runs. */
import { TaskChart } from './TaskChart';
import type { TaskChartProps } from './types';

export function WeightsChart(props: TaskChartProps) {
  return <TaskChart {...props} kind="weight" />;
}
