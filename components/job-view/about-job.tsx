import { JobFacts, type JobFactsProps } from './job-facts';
import { JobTimeline } from './job-timeline';
import { Section } from './section';

const text = {
  about: 'About this run',
  happened: 'What happened',
};

/** Who, when and where; and what happened to it on the way, if anything did. */
export function AboutJob(props: JobFactsProps) {
  const { job } = props;
  return (
    <>
      <Section title={text.about}>
        <JobFacts {...props} />
      </Section>
      {job.events?.length ? (
        <Section title={text.happened}>
          <JobTimeline job={job} />
        </Section>
      ) : null}
    </>
  );
}
