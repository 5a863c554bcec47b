-- Which lines hang on a network element: for the addresses that an OLT's lines use.
create index line_path_element on line_path (network_element_id);
