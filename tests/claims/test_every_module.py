"""Every module whose sentences say what to look for has tests in this folder: the table below names
them. A test fails if such a module is not in the table, or a test of the table does not exist.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# These sentences only say where to look, and make no claim
POINTS = ()
# module of ui -> file in this folder and its tests, by their names without "test_"
TESTED: dict[str, tuple[str, ...]] = {
    "dropout/captions.py": (
        "dropout",
        "coverage_of_each_band_is_computed_and_judged",
        "dropout_helps_only_where_validation_loss_rises_less_with_it",
        "the_step_of_the_lowest_loss_and_the_rise_since_are_those_of_the_curves",
        "the_chance_of_class_1_goes_from_one_pass_to_another_as_far_as_is_said",
        "widths_are_compared_with_those_near_the_points",
        "the_band_of_dropout_misses_the_increase_between_and_beyond_the_points",
    ),
    "dropout/uncertainty.py": (
        "dropout",
        "a_process_with_one_point_or_two_is_not_fitted",
        "with_one_pass_and_lambda_0_there_is_no_band_and_none_is_claimed",
    ),
    "dropout/view.py": (
        "dropout",
        "the_same_input_gets_other_answers_only_while_masks_are_drawn",
        "about_1_bar_in_20_misses_0_if_units_are_dropped_and_kept_often_enough",
        "both_modes_are_equal_on_average_for_h_and_z_but_not_behind_tanh",
    ),
    "equations/captions.py": (
        "equations",
        "the_error_is_never_positive_for_the_word_seen_and_never_negative_for_the_others",
        "the_gradients_are_these_errors_times_vectors",
        "rows_of_words_that_were_neither_seen_nor_drawn_are_zero",
        "vectors_turn_towards_or_away_from_each_other_as_is_said",
        "softmax_draws_no_negatives_but_the_word_with_the_largest_error_besides_o",
        "the_loss_is_lowest_where_the_sentence_says_and_turns_up_only_if_it_does",
        "the_slope_of_the_loss_is_nearly_minus_one_where_the_model_is_sure_and_wrong",
        "a_u_is_spoken_of_where_both_ends_rise",
        "the_errors_of_the_slope_are_a_u",
    ),
    "equations/cost.py": (
        "equations",
        "one_line_rises_with_the_vocabulary_and_one_stays_level",
    ),
    "equations/mistakes.py": (
        "equations",
        "a_wrong_sign_would_show_as_2_and_differences_are_as_small_as_said",
        "green_is_the_gradient_or_agrees_by_accident",
    ),
    "equations/exercise_parts.py": (
        "equations",
        "the_error_of_differences_is_a_u_that_grows_as_h_squared_on_the_right",
        "the_difference_is_0_or_rounding_in_the_last_digit_whatever_words_and_vectors_are_chosen",
        "zeros_in_every_row_of_dv_but_that_of_the_center_word",
    ),
    "explore/captions.py": (
        "explore",
        "lines_that_cross_late_often_have_the_other_order_with_another_seed",
        "what_is_called_real_beside_a_picture_is_near_by_the_cosine",
        "the_plane_is_that_of_directions_where_vectors_are_divided_by_their_lengths",
        "clusters_are_those_of_directions",
        "lines_that_cross_late_often_have_the_other_order_whatever_is_trained",
    ),
    "train/result.py": (
        "train",
        "the_nearest_neighbors_could_take_the_place_of_a_word_at_the_defaults",
        "groups_are_looked_for_only_where_there_are_several",
        "a_single_word_has_no_variance_and_nothing_to_look_for",
        "where_a_point_lies_means_nothing_and_how_far_apart_two_points_are_does",
        "a_model_that_knows_only_how_frequent_words_are_lies_on_the_dotted_line",
        "zero_means_that_the_model_does_not_use_the_center_words",
        "all_lines_are_measured_on_the_same_center_words_and_the_number_on_all",
        "before_training_the_loss_is_that_of_vectors_of_zeros",
        "the_exact_solver_starts_lower_and_the_caption_says_zero_vectors",
    ),
    "optimizers/experiments.py": (
        "optimizers",
        "at_beta_0_9_the_update_has_a_nineteenth_of_the_variance_of_a_gradient",
        "at_equal_pace_momentum_ends_lower_and_at_a_small_pace_the_gain_vanishes",
        "at_equal_learning_rate_below_one_plus_beta_momentum_ends_higher",
        "with_larger_beta_the_limit_of_the_learning_rate_moves_to_the_right",
        "the_best_place_is_where_both_directions_are_critically_damped",
        "after_one_step_m_is_one_minus_beta_of_the_gradient",
        "the_factor_between_the_best_rates_is_that_of_the_sweeps",
    ),
    "optimizers/view.py": (
        "optimizers",
        "crossings_of_the_valley_are_counted_and_not_claimed",
        "the_floor_of_a_valley_is_spoken_of_where_the_bowl_has_one",
        "each_path_is_measured_or_called_diverged",
        "the_minimum_that_a_path_reached_is_the_nearest_one",
        "the_first_step_below_the_saddle_is_the_first_with_a_loss_below_its",
        "the_slope_across_the_bent_valley_is_many_times_steeper_than_along_it",
    ),
    "optimizers/word2vec.py": (
        "optimizers",
        "sgd_multiplies_every_gradient_by_the_same_number",
        "dense_adam_gives_rare_words_far_larger_rates_and_lazy_adam_does_not",
        "the_explanation_is_that_of_the_ratios_shown",
        "even_a_random_walk_looks_smooth_and_curved_in_its_own_main_plane",
        "all_optimizers_start_from_the_same_vectors_and_read_in_the_same_order",
    ),
    "seeds/captions.py": (
        "many_runs",
        "freezing_two_of_the_three_parts_helps_only_if_a_bar_is_longer",
        "numbers_in_the_small_pictures_are_scores_only_if_they_are_there",
        "the_part_that_is_named_explains_most",
        "new_combinations_lead_to_other_vectors_only_where_there_is_an_interaction",
        "the_median_is_highest_and_lowest_where_it_is_said",
        "the_seed_that_is_named_agrees_most_with_the_board_and_chance_is_judged",
        "groups_of_a_board_are_judged_by_shuffled_ones",
        "a_board_and_its_class_are_compared_with_chance",
    ),
    "seeds/causes.py": (
        "many_runs",
        "frames_mark_the_same_settings_or_different_ones",
    ),
    "seeds/suspects.py": (
        "many_runs",
        "the_best_training_is_of_the_solver_the_default_optimizer_or_averaged",
    ),
    "seeds/many_seeds.py": (
        "many_runs",
        "runs_that_are_turned_against_each_other_are_aligned_and_a_word_that_moves_is_pale",
        "seven_words_are_the_fewest_that_can_be_told_from_chance",
        "the_rarest_compared_word_of_a_large_vocabulary_occurs_as_often_as_is_said",
        "chance_is_what_unrelated_runs_share",
    ),
    "text/reading.py": POINTS,
    "text/view.py": (
        "text",
        "the_slope_down_to_a_tenth_of_the_ranks_and_beyond_is_that_of_a_line_through_them",
        "zipfs_law_is_a_slope_of_minus_one",
        "all_letters_are_lower_case_punctuation_and_numbers_are_dropped",
        "a_word_outside_the_vocabulary_is_rarer_than_those_inside",
        "the_model_never_sees_the_order_of_the_words_in_a_window",
    ),
    "weight_decay/captions.py": (
        "weight_decay",
        "the_losses_are_lowest_where_it_is_said_and_l2_helps_only_if_they_fall",
        "l2_helps_for_the_numbers_of_samples_whose_difference_is_above_zero",
    ),
    "weight_decay/five_ways.py": (
        "weight_decay",
        "a_basin_that_leans_has_a_correlation_and_one_along_an_axis_has_none",
        "a_path_that_has_not_arrived_or_has_diverged_is_not_explained",
    ),
    "weight_decay/view.py": (
        "weight_decay",
        "where_the_color_is_paler_the_likelier_class_is_less_probable",
        "samples_of_one_class_do_not_show_where_another_one_begins",
        "the_pile_is_counted",
        "the_norm_with_l2_is_smaller_and_its_growth_is_that_of_the_curve",
    ),
}

# The same for sentences beside those that say what to look for: helps of controls, the glossary
ELSEWHERE: dict[str, tuple[str, ...]] = {
    "controls/model_table.py": (
        "help",
        "words_above_their_share_are_dropped_at_random_and_those_below_are_kept",
        "the_formula_of_word2vec_c_keeps_more_words",
        "places_are_filled_evenly_from_the_rarer_half_and_the_others_by_zipfs_law",
        "statements_are_joined_and_questions_are_not",
        "words_that_are_left_out_do_not_count_in_the_distance",
        "a_step_moves_the_vectors_that_have_a_gradient_with_softmax_all_context_vectors",
    ),
    "controls/page_tables.py": (
        "help",
        "cosine_similarity_judges_by_direction_and_the_dot_product_by_length_too",
        "the_box_is_how_far_a_unit_of_what_the_rule_multiplies_moves_the_point",
        "where_fewer_than_three_words_for_each_neighbor_occur_often_enough_rarer_ones_join",
    ),
    "controls/explore_table.py": (
        "help",
        "a_part_of_a_sum_may_be_nearest_above_all_in_many_dimensions",
    ),
    "seeds/exercise.py": (
        "many_runs",
        "the_words_of_a_window_share_negatives_which_count_so_much_less",
        "a_real_text_is_not_asked_for_where_there_is_one",
    ),
    "seeds/view.py": (
        "many_runs",
        "where_all_seeds_give_the_same_run_that_is_told_and_no_verdict_given",
        "the_page_says_that_all_seeds_give_the_same_run",
    ),
    "compare/captions.py": (
        "compare",
        "a_model_that_knows_only_how_frequent_words_are_is_at_1",
        "b_can_go_on_from_a_where_that_is_said",
    ),
    "classroom/student.py": (
        "many_runs",
        "a_class_is_told_of_groups_only_where_they_can_be_tested",
    ),
}


def says(tree):
    """Whether a module holds a string that says what to look for."""
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return any("Look for" in str(text) for text in texts)


def test_every_module_that_says_what_to_look_for_is_in_the_table():
    ui = ROOT / "ui"
    found = {
        path.relative_to(ui).as_posix()
        for path in ui.rglob("*.py")
        if says(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set(TESTED)


@pytest.mark.parametrize("module", [m for m, tests in (TESTED | ELSEWHERE).items() if tests])
def test_its_tests_are_there(module):
    assert (ROOT / "ui" / module).exists()
    name, *tests = (TESTED | ELSEWHERE)[module]
    tree = ast.parse((Path(__file__).parent / f"test_{name}.py").read_text(encoding="utf-8"))
    there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert tests and {f"test_{test}" for test in tests} <= there
