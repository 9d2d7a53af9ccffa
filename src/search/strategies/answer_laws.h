// Distributions over given answers, one for each item of a set, and what they say together: finite sums, outside any model.
// Source: Ozturkler et al. 2022, arXiv:2210.01293 (specs card B13).
#pragma once

#include <span>
#include <vector>

namespace reckon {

using AnswerLaw = std::vector<double>;     // of each answer its probability, sum 1
using ItemLaws = std::vector<AnswerLaw>;   // [items]
using LatentLaws = std::vector<ItemLaws>;  // [latents], all of the same items: laws given that the latent is so

// exp of each log over the sum of all; equal shares where all are impossible.
std::vector<double> shares_of(std::span<const double> logs);

// What an item drawn at random says, and what all say independently of each other: Σ_z prior[z] · 1/n Σ_i p_i(a|z), and
// Σ_z prior[z] · Π_i p_i(a|z) over the sum of the same for every answer. `prior`: of the latents, sum 1.
AnswerLaw mixture(const LatentLaws& laws, std::span<const double> prior);
AnswerLaw product(const LatentLaws& laws, std::span<const double> prior);

// Of each item, one minus its mean similarity to the others, as shares of all; similarity is the overlap of square roots of laws.
std::vector<double> oddness(const ItemLaws& laws);

}  // namespace reckon
