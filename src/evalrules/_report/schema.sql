-- Results of evaluations. Numbers are exact decimals as text: cast them to numeric where they are added up.
CREATE TABLE IF NOT EXISTS editions (
    digest  text PRIMARY KEY,                 -- of what the edition means
    id      text NOT NULL,
    edition text NOT NULL
);
CREATE TABLE IF NOT EXISTS submissions (
    digest       text PRIMARY KEY,            -- of what was handed in
    organisation text NOT NULL,
    project      text,                        -- its name, where the form is about one
    fiscal_year  integer
);
CREATE TABLE IF NOT EXISTS results (
    digest        text PRIMARY KEY,           -- of the whole result
    edition       text NOT NULL REFERENCES editions (digest),
    submission    text NOT NULL REFERENCES submissions (digest),
    engine        text NOT NULL,              -- version of evalrules
    points        text NOT NULL,
    score         text,                       -- null while something that counts is unscored
    least         text NOT NULL,              -- least and most that the total can be; both the score where there is one
    most          text NOT NULL,
    grade         text,
    claimed_score text,
    claimed_grade text,
    result        text NOT NULL               -- the whole result as JSON, from which `evalrules replay` reads
);
CREATE TABLE IF NOT EXISTS indicators (
    result           text NOT NULL REFERENCES results (digest),
    number           integer NOT NULL,        -- its place in the form, from 1
    section          text NOT NULL,           -- 产出指标/质量指标; empty at the top of the form
    name             text NOT NULL,
    origin           text NOT NULL,           -- catalogue, submission, or the plug-in's name
    points           text NOT NULL,
    target           text,
    actual           text,
    status           text NOT NULL,           -- scored, not_applicable, unscored or unweighted
    score            text,
    claimed_score    text,
    deviation_reason text,
    PRIMARY KEY (result, number)
);
CREATE TABLE IF NOT EXISTS deductions (
    result    text NOT NULL REFERENCES results (digest),
    number    integer NOT NULL,
    indicator integer,                        -- the number of its row in `indicators`; null for a section or the total
    path      text NOT NULL,                  -- of the indicator or section; empty for the total
    points    text NOT NULL,
    because   text NOT NULL,
    rule      text NOT NULL,
    formula   text NOT NULL,
    enough    text,
    steps     text NOT NULL,                  -- one a line, like the references
    reference text NOT NULL,
    PRIMARY KEY (result, number)
);
CREATE TABLE IF NOT EXISTS findings (
    result   text NOT NULL REFERENCES results (digest),
    number   integer NOT NULL,
    code     text NOT NULL,
    severity text NOT NULL,                   -- error, warning or info
    message  text NOT NULL,
    place    text NOT NULL,                   -- the row or figure, as people name it
    PRIMARY KEY (result, number)
);
