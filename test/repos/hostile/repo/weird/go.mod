require (
(((((
