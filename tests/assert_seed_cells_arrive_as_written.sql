-- A seed's cells reach the table as they stand in the file. A character that Spark or
-- Jinja might take for its own is spelled: 34 ", 36 $, 37 %, 39 ', 92 \, 123 {, 125 }.
with expected as (
    select *
    from
        values
        ('apostrophe', 'Governor' || char(39) || 's Island'),
        ('two apostrophes', char(39) || char(39)),
        ('backslash', 'C:' || char(92) || 'new' || char(92) || 'table'),
        ('backslash at the end', 'ends in ' || char(92)),
        ('escaped apostrophe', char(92) || char(39)),
        ('quotation marks', 'a ' || char(34) || 'quoted' || char(34) || ' word'),
        ('comma', 'Islip, NY'),
        ('line break', 'first' || char(10) || 'second'),
        ('not available', 'N/A'),
        ('none as a text', 'None'),
        ('empty', null),
        ('percent', '100' || char(37)),
        ('placeholder', char(37) || 's and ' || char(37) || '(name)s'),
        ('expression', repeat(char(123), 2) || ' 1 + 1 ' || repeat(char(125), 2)),
        ('statement', char(123) || char(37) || ' if false ' || char(37) || char(125)),
        ('leading zeros', '007'),
        ('true as a text', 'true'),
        ('number as a text', '1.0'),
        ('date as a text', '2024-01-31'),
        ('dollar', char(36) || '5 ' || char(36) || char(123) || 'x' || char(125)),
        ('not ASCII', 'Café – 5 €')
            as cases (case_name, cell)
),

loaded as (
    select
        case_name,
        cell
    from {{ ref('seed_loader_cases') }}
)

select
    expected.case_name as expected_case_name,
    expected.cell as expected_cell,
    loaded.case_name as loaded_case_name,
    loaded.cell as loaded_cell
from expected
full outer join loaded on expected.case_name = loaded.case_name
where
    expected.case_name is null
    or loaded.case_name is null
    or expected.cell is distinct from loaded.cell
